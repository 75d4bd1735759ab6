namespace EntraStandIn;

/// <summary>A member of the tenant, as Microsoft Graph describes a user.</summary>
public sealed record Person(string Id, string UserPrincipalName, string GivenName, string Surname, string JobTitle, string OfficeLocation)
{
    /// <summary>The name that pages show.</summary>
    public string DisplayName => $"{GivenName} {Surname}";

    /// <summary>App roles of this person: the application, and the value of the role.</summary>
    public IReadOnlyList<(string AppId, string Role)> Roles { get; init; } = [];
}
