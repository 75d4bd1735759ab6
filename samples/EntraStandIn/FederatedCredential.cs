namespace EntraStandIn;

/// <summary>A federated identity credential: tokens of this issuer and subject prove the application, in place of a secret.</summary>
/// <param name="Name">Its name in the registration.</param>
/// <param name="Issuer">The issuer, relative to the origin of the stand-in: a path.</param>
/// <param name="Subject">The subject, compared exactly.</param>
public sealed record FederatedCredential(string Name, string Issuer, string Subject)
{
    /// <summary>The audience that Microsoft recommends; the stand-in accepts no other.</summary>
    public const string Audience = "api://AzureADTokenExchange";
}
