namespace Gatehouse.Gateway.Registrations;

/// <summary>A permission that was granted to the application in the tenant.</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="Name">Its name; null where only its id is known.</param>
/// <param name="Role">The id of a permission of the application itself; null for a delegated one.</param>
/// <param name="IsForEveryone">Whether it counts for every person of the tenant.</param>
/// <param name="Address">The address of the grant in Microsoft Graph, below the version; null where it cannot be read.</param>
/// <param name="Together">The names of all delegated permissions of the same grant, in whose text they are.</param>
internal sealed record GrantedPermission(
    string Path, string? Name, Guid? Role, bool IsForEveryone, string? Address, IReadOnlyList<string> Together);
