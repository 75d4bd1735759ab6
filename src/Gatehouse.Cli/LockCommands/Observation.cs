using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Cli.LockCommands;

/// <summary>The observed servers.</summary>
/// <param name="Servers">Those that answered.</param>
/// <param name="Gaps">The gaps, which are never taken for good.</param>
internal sealed record Observation(IReadOnlyList<ObservedServer> Servers, IReadOnlyList<Gap> Gaps);
