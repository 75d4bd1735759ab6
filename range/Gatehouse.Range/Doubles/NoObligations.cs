using Gatehouse.Administration;

namespace Gatehouse.Range.Doubles;

/// <summary>Lets one administrator do each act, without a reason and a second person.</summary>
internal sealed class NoObligations : IActObligations
{
    public Task<ActionRefusal?> RequireAsync(AdministrativeAction act, Administrator by) => Task.FromResult<ActionRefusal?>(null);
}
