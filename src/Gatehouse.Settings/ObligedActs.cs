using System.Collections.Frozen;

namespace Gatehouse.Settings;

/// <summary>The acts of administration that can have an obligation: each changes something, and names its person by a token.</summary>
/// <remarks>
/// Acts that read are not among them, and neither are acts about questions and rights for a time: those are answers of people already. For other
/// acts, such as a reload, the account of the gateway is enough, so that they have no first person.
/// </remarks>
public static class ObligedActs
{
    /// <summary>The acts by name.</summary>
    public static IReadOnlyDictionary<string, ObligedAct> All { get; } = new Dictionary<string, ObligedAct>(StringComparer.Ordinal)
    {
        ["audit.erase"] = new(HasReason: true, IsOfEmergency: false),
        ["config.rollback"] = new(HasReason: true, IsOfEmergency: false),
        ["consent.revoke"] = new(HasReason: true, IsOfEmergency: true),
        ["contain"] = new(HasReason: true, IsOfEmergency: true),
        ["lock.approve"] = new(HasReason: true, IsOfEmergency: false),
        ["lock.revoke"] = new(HasReason: true, IsOfEmergency: true),
        ["quarantine.delete"] = new(HasReason: true, IsOfEmergency: false),
        ["quarantine.release"] = new(HasReason: true, IsOfEmergency: false),
        ["release"] = new(HasReason: true, IsOfEmergency: false),
        ["revoke"] = new(HasReason: true, IsOfEmergency: true),
        ["session.revoke"] = new(HasReason: true, IsOfEmergency: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}

/// <summary>An act that can have an obligation.</summary>
/// <param name="HasReason">True where the administrator can state a reason or purpose.</param>
/// <param name="IsOfEmergency">True where it takes a right away: in an incident it must not wait for a second person.</param>
public sealed record ObligedAct(bool HasReason, bool IsOfEmergency);
