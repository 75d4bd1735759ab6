using Gatehouse.Bench.Load;
using Gatehouse.Bench.Processes;

namespace Gatehouse.Bench.Areas;

/// <summary>An authorization server with chains of refresh tokens.</summary>
/// <param name="Key">Short name, as in ratios.</param>
/// <param name="Name">What it is.</param>
/// <param name="Process">The process whose CPU counts.</param>
/// <param name="Chains">The chains.</param>
internal sealed record TokenServer(string Key, string Name, ChildProcess Process, IReadOnlyList<RefreshChain> Chains) : IDisposable
{
    public void Dispose() => Process.Dispose();
}
