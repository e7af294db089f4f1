"""Instituto Nacional de Ecología y Cambio Climático: Sistema Nacional de Información de la Calidad del Aire."""
