namespace Gatehouse.Gateway.Registrations;

/// <summary>A permission that a registration requests (<c>requiredResourceAccess</c>).</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="Resource">The application id of the API.</param>
/// <param name="Id">The id of the permission.</param>
/// <param name="IsApplication">True for a permission of the application itself (<c>Role</c>), false for a delegated one (<c>Scope</c>).</param>
internal sealed record RequestedPermission(string Path, Guid Resource, Guid Id, bool IsApplication);
