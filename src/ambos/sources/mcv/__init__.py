"""México, ¿cómo vamos?"""
