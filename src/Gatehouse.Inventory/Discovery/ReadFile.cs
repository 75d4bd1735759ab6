using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Reading;

namespace Gatehouse.Inventory.Discovery;

/// <summary>A configuration file that was read.</summary>
/// <param name="File">The file.</param>
/// <param name="Root">Its content.</param>
/// <param name="Servers">Its servers.</param>
internal sealed record ReadFile(ClientConfigFile File, ConfigNode Root, IReadOnlyList<ServerEntry> Servers);
