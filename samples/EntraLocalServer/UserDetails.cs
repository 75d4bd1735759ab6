using System.ComponentModel;

namespace EntraLocalServer;

/// <summary>The result of the tool: these fields of the profile and no others.</summary>
public sealed record UserDetails(
    [property: Description("The name that people read")] string? DisplayName,
    [property: Description("The given name")] string? GivenName,
    [property: Description("The surname")] string? Surname,
    [property: Description("The name for signing in")] string? UserPrincipalName,
    [property: Description("The mail address")] string? Mail,
    [property: Description("The job title")] string? JobTitle,
    [property: Description("The office")] string? OfficeLocation)
{
    /// <summary>The fields, as Microsoft Graph names them.</summary>
    public const string Select = "displayName,givenName,surname,userPrincipalName,mail,jobTitle,officeLocation";
}
