using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Taint;

/// <summary>What callers of an MCP server reach: tools, prompts and resources, and which of their parameters callers fill in.</summary>
internal static class EntryPoints
{
    private static readonly HashSet<string> Attributes =
    [
        "ModelContextProtocol.Server.McpServerToolAttribute", "ModelContextProtocol.Server.McpServerPromptAttribute",
        "ModelContextProtocol.Server.McpServerResourceAttribute",
    ];

    private static readonly HashSet<string> Factories =
    [
        "ModelContextProtocol.Server.McpServerTool", "ModelContextProtocol.Server.McpServerPrompt", "ModelContextProtocol.Server.McpServerResource",
        "Microsoft.Extensions.AI.AIFunctionFactory",
    ];

    private static readonly HashSet<string> Credentials =
    [
        "token", "apikey", "accesskey", "secretkey", "password", "passwd", "passphrase", "secret", "clientsecret", "authorization", "bearer", "credential",
        "credentials", "jwt", "privatekey", "connectionstring",
    ];

    // Tokens that are places in a list, counts, or parts of a text.
    private static readonly HashSet<string> OtherTokens =
        ["page", "next", "previous", "continuation", "pagination", "cursor", "sync", "skip", "progress", "cancellation", "stop", "start", "end", "max", "min", "delta"];

    public static bool IsEntry(IMethodSymbol method) => method.GetAttributes().Any(attribute =>
        Attributes.Contains(Types.FullName(attribute.AttributeClass)));

    public static bool DeclaresTools(INamedTypeSymbol type) => type.GetMembers().OfType<IMethodSymbol>().Any(IsEntry);

    /// <summary>Whether the method makes a tool of a delegate.</summary>
    public static bool IsFactory(IMethodSymbol method) => method.Name == "Create" && Factories.Contains(Types.FullName(method.ContainingType));

    public static bool IsRequest(ITypeSymbol? type) => Types.FullName(type) == "ModelContextProtocol.Server.RequestContext";

    /// <summary>Whether a property holds what a caller sent.</summary>
    public static bool IsArguments(IPropertySymbol property) => (Types.FullName(property.ContainingType), property.Name) is
        ("ModelContextProtocol.Protocol.CallToolRequestParams" or "ModelContextProtocol.Protocol.GetPromptRequestParams", "Arguments")
        or ("ModelContextProtocol.Protocol.ReadResourceRequestParams", "Uri");

    /// <summary>Whether callers fill in the parameter; services, requests and progress come from the server itself.</summary>
    public static bool IsArgument(IParameterSymbol parameter)
    {
        var type = parameter.Type;
        if (Types.IsScalar(type) || parameter.GetAttributes().Any(attribute => Types.FullName(attribute.AttributeClass) is
            "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute" or "Microsoft.AspNetCore.Mvc.FromServicesAttribute")) return false;
        return IsData(type, 0);
    }

    /// <summary>Whether the parameter, or a property of it, has the name of a credential.</summary>
    public static bool IsCredential(IParameterSymbol parameter) => Types.IsString(parameter.Type)
        ? IsCredential(parameter.Name)
        : IsArgument(parameter) && parameter.Type is INamedTypeSymbol type && type.Locations.Any(place => place.IsInSource)
            && type.GetMembers().OfType<IPropertySymbol>().Any(property => Types.IsString(property.Type) && IsCredential(property.Name));

    private static bool IsCredential(string name)
    {
        var words = Words(name);
        var last = words[words.Count - 1];
        var two = words.Count > 1 ? words[words.Count - 2] + last : last;
        return (Credentials.Contains(last) || Credentials.Contains(two))
            && !(last == "token" && words.Count > 1 && OtherTokens.Contains(words[words.Count - 2]));
    }

    // accessToken, access_token and AccessToken are two words.
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var word = "";
        foreach (var letter in name)
        {
            if ((letter == '_' || char.IsUpper(letter)) && word.Length > 0 && !char.IsUpper(word[word.Length - 1]))
            {
                words.Add(word.ToLowerInvariant());
                word = "";
            }

            if (letter != '_') word += letter;
        }

        words.Add(word.ToLowerInvariant());
        return words;
    }

    private static bool IsData(ITypeSymbol type, int depth)
    {
        if (depth > 3) return false;
        if (type is IArrayTypeSymbol array) return array.ElementType.SpecialType == SpecialType.System_Byte || IsData(array.ElementType, depth + 1);
        if (type.SpecialType is SpecialType.System_String or SpecialType.System_Object) return true;
        var name = Types.FullName(type);
        if (name is "System.Uri" or "System.BinaryData" or "System.IO.FileInfo" or "System.IO.DirectoryInfo") return true;
        if (name.StartsWith("System.Text.Json.", StringComparison.Ordinal) || name.StartsWith("Newtonsoft.Json.Linq.", StringComparison.Ordinal)) return true;
        if (type is not INamedTypeSymbol named) return false;
        if (name.StartsWith("System.Collections.", StringComparison.Ordinal) || name.StartsWith("System.ReadOnlyMemory", StringComparison.Ordinal)
            || name == "System.Nullable") return named.TypeArguments.Length == 0 || named.TypeArguments.Any(inner => IsData(inner, depth + 1));
        if (named.TypeKind is not (TypeKind.Class or TypeKind.Struct) || !named.Locations.Any(place => place.IsInSource)
            || named.IsAbstract) return false;
        if (named.IsRecord) return true;
        // An object that a caller fills in has properties that can be set, and needs no services.
        return named.GetMembers().OfType<IPropertySymbol>().Any(property => property.SetMethod is not null && !property.IsStatic)
            && named.InstanceConstructors.Any(constructor => constructor.Parameters.All(given => Types.IsScalar(given.Type)
                || IsData(given.Type, depth + 1)));
    }
}
