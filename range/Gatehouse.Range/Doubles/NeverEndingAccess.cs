using Gatehouse.Gateway.Access;

namespace Gatehouse.Range.Doubles;

/// <summary>Rights that begin with a grant and never end.</summary>
internal sealed class NeverEndingAccess(ActiveAccess real) : ActiveAccess(real)
{
    public override void End(string id)
    {
        // The right stays, whatever the store says.
    }

    protected override bool IsOver(AccessRight right) => false;
}
