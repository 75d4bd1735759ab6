using static Gatehouse.Configuration.Keys.KeyKind;

namespace Gatehouse.Configuration.Keys;

/// <summary>The keys of a selection of callers, which several sections have.</summary>
internal static class WhoKeys
{
    /// <summary>Returns the rows below a key.</summary>
    /// <param name="path">The key of the selection.</param>
    public static IEnumerable<ConfigurationKey> Of(string path) =>
    [
        new($"{path}.issuers", TextList, "Issuers of the token."),
        new($"{path}.subjects", TextList, "Subjects of the token."),
        new($"{path}.clients", TextList, "Client ids of the token."),
        new($"{path}.scopes", TextList, "Scopes. The token must have one of them. Wildcards are refused."),
        new($"{path}.roles", TextList, "Roles. The token must have one of them."),
        new($"{path}.groups", TextList, "Groups. The token must have one of them."),
        new($"{path}.strengths", TextList, "Authentication context or methods. The token must name one of them."),
    ];
}
