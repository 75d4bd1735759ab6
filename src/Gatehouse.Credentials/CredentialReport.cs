namespace Gatehouse.Credentials;

/// <summary>What <c>gatehouse doctor credentials</c> found about the credential of one server.</summary>
/// <param name="Server">Name of the server.</param>
/// <param name="Kind">The kind of the credential, as the configuration names it.</param>
/// <param name="Source">The issuer; for a fixed value its reference.</param>
/// <param name="State"><c>works</c>, <c>needs-a-person</c> where all was tried that needs none, or <c>fails</c>.</param>
/// <param name="Found">What was tried and seen, in words.</param>
/// <param name="Remedy">What to change and where; null where nothing fails.</param>
public sealed record CredentialReport(string Server, string Kind, string Source, string State, string Found, string? Remedy)
{
    /// <summary>The credential was obtained.</summary>
    public const string Works = "works";

    /// <summary>The issuer accepts the gateway as its client. The rest needs the token of a person.</summary>
    public const string NeedsPerson = "needs-a-person";

    /// <summary>The credential cannot be obtained.</summary>
    public const string Fails = "fails";
}
