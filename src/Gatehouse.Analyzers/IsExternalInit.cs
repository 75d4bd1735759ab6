namespace System.Runtime.CompilerServices;

// Records need it, and .NET Standard 2.0 does not have it.
internal static class IsExternalInit;
