using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Taint;

/// <summary>Questions about types, by name: the analysed sources may be without their packages.</summary>
internal static class Types
{
    private static readonly HashSet<string> ScalarNames =
    [
        "System.Guid", "System.DateTime", "System.DateTimeOffset", "System.DateOnly", "System.TimeOnly", "System.TimeSpan", "System.Version",
        "System.Int128", "System.UInt128", "System.Half", "System.Numerics.BigInteger", "System.Index", "System.Range",
    ];

    // Types whose methods give back what they are given.
    private static readonly string[] Passing =
    [
        "System", "System.Text", "System.Linq", "System.Collections", "System.Web", "System.Text.Json", "System.Text.RegularExpressions",
        "System.Threading.Tasks", "System.Globalization", "Newtonsoft.Json", "System.Buffers", "System.Net.WebUtility", "System.IO.Path",
        "System.IO.StringReader", "System.IO.StringWriter", "System.IO.MemoryStream", "System.IO.TextReader", "System.IO.TextWriter",
        "System.IO.FileInfo", "System.IO.DirectoryInfo", "System.IO.FileSystemInfo", "System.Xml.Linq", "ModelContextProtocol.Protocol",
        "Microsoft.Extensions.Primitives", "System.Security.Cryptography", "Microsoft.AspNetCore.WebUtilities",
    ];

    private static readonly string[] Changing = ["System.Text", "System.Collections", "System.IO.StringWriter", "System.IO.TextWriter", "System.Text.Json"];

    private static readonly SymbolDisplayFormat Name =
        new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>The full name without type parameters.</summary>
    public static string FullName(ITypeSymbol? type) => type?.OriginalDefinition.ToDisplayString(Name) ?? "";

    /// <summary>Whether no text of an argument fits into a value of the type: numbers, dates, ids, enumerations.</summary>
    public static bool IsScalar(ITypeSymbol? type)
    {
        if (type is null) return false;
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            return IsScalar(nullable.TypeArguments[0]);
        if (type.TypeKind == TypeKind.Enum) return true;
        return type.SpecialType is (>= SpecialType.System_Boolean and <= SpecialType.System_Double and not SpecialType.System_Char)
            or SpecialType.System_DateTime or SpecialType.System_Void || ScalarNames.Contains(FullName(type));
    }

    public static bool Is(ITypeSymbol? type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (FullName(current) == name) return true;
        return false;
    }

    public static bool IsException(ITypeSymbol? type) => Is(type, "System.Exception");

    /// <summary>Whether the text of the exception is written for the caller: those of the protocol, and those that the sources declare.</summary>
    public static bool IsSpokenException(ITypeSymbol? type) => Is(type, "ModelContextProtocol.McpException") || (type is not null && type.Locations.Any(place => place.IsInSource));

    public static bool Implements(ITypeSymbol? type, string name) =>
        type is not null && (FullName(type) == name || type.AllInterfaces.Any(implemented => FullName(implemented) == name));

    /// <summary>Whether a method of the type passes its arguments on to its result.</summary>
    public static bool Passes(ITypeSymbol? type) => In(FullName(type), Passing);

    /// <summary>Whether a method of the type keeps its arguments in the object.</summary>
    public static bool Changes(ITypeSymbol? type) => In(FullName(type), Changing);

    public static bool IsDelegate(ITypeSymbol? type) => type?.TypeKind == TypeKind.Delegate || FullName(type) == "System.Delegate";

    public static bool IsString(ITypeSymbol? type) => type?.SpecialType == SpecialType.System_String;

    /// <summary>Whether the name is one of the list, or of a namespace of it. "System" does not stand for what is below it.</summary>
    private static bool In(string name, string[] list)
    {
        foreach (var entry in list)
        {
            if (name == entry) return true;
            if (!name.StartsWith(entry + ".", StringComparison.Ordinal)) continue;
            if (entry != "System" || name.IndexOf('.', 7) < 0) return true;
        }

        return false;
    }
}
