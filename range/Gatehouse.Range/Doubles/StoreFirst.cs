using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Range.Doubles;

/// <summary>The steps of a revocation, one after the other: what is open ends once the store has answered.</summary>
internal sealed class StoreFirst : RevocationSteps
{
    public override Task BeginAsync(Func<Task> step) => RunAsync(step);
}
