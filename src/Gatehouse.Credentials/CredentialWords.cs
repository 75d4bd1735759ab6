using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>The kinds of credentials in the words of the configuration.</summary>
public static class CredentialWords
{
    /// <summary>Returns the key of a kind.</summary>
    public static string KindOf(IssuedCredentialKind kind) => kind switch
    {
        IssuedCredentialKind.ClientCredentials => "clientCredentials",
        IssuedCredentialKind.TokenExchange => "tokenExchange",
        IssuedCredentialKind.OnBehalfOf => "onBehalfOf",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
