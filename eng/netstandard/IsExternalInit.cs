#pragma warning disable IDE0130 // The compiler looks for it under this name.
namespace System.Runtime.CompilerServices;

// Records need it, and .NET Standard 2.0 does not have it.
internal static class IsExternalInit;
