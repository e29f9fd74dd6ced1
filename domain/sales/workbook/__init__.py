"""An .xlsx file read row by row in bounded memory, with nothing but the standard library.

These modules run in the child process of services.sales.workbooks, which has neither packages nor time zones: they
import nothing from elsewhere in the house.
"""
