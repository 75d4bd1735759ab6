using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>Permissions for acts of administration that name a person (revoke), through the control socket.</summary>
public sealed record AdministrationSettings
{
    /// <summary>Audience of administration tokens. Default publicUrl and <c>/admin</c>.</summary>
    public string? Audience { get; init; }

    /// <summary>The administrators. Null permits no person, except by a confirmation at the terminal with <c>--dev</c>.</summary>
    public WhoClause? Who { get; init; }
}
