using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Cli.LockCommands;

/// <summary>What was learned of servers.</summary>
/// <param name="Servers">Those that told.</param>
/// <param name="Gaps">What could not be learned; never taken for good.</param>
internal sealed record Observation(IReadOnlyList<ObservedServer> Servers, IReadOnlyList<Gap> Gaps);
