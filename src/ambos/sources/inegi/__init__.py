"""Instituto Nacional de Estadística y Geografía (INEGI), Mexico."""
