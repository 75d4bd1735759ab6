namespace Gatehouse.Gateway.Registrations;

/// <summary>A permission of Microsoft Graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Delegated">Id of the delegated permission, which acts for a person who signed in; null where it does not exist.</param>
/// <param name="Application">Id of the permission of an application itself, for all people of the tenant; null where it does not exist.</param>
internal sealed record GraphPermission(string Name, Guid? Delegated, Guid? Application)
{
    /// <summary>Whether a program that has it can take over the tenant, or read or change the data of everyone in it.</summary>
    public bool IsWide { get; init; }
}
