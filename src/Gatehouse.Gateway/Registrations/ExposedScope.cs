namespace Gatehouse.Gateway.Registrations;

/// <summary>A scope that a registration exposes (<c>api.oauth2PermissionScopes</c>).</summary>
/// <param name="Path">Its JSON path.</param>
/// <param name="Value">Its name in tokens.</param>
/// <param name="IsEnabled">Whether tokens may have it.</param>
internal sealed record ExposedScope(string Path, string Value, bool IsEnabled);
