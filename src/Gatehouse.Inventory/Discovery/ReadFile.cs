namespace Gatehouse.Inventory;

/// <summary>A configuration file that was read.</summary>
/// <param name="File">Which.</param>
/// <param name="Root">Its content.</param>
/// <param name="Servers">Its servers.</param>
internal sealed record ReadFile(ClientConfigFile File, ConfigNode Root, IReadOnlyList<ServerEntry> Servers);
