using Gatehouse.Containment;

namespace Gatehouse.Range.Doubles;

/// <summary>Keeps containments and their entries, and tells no check about them.</summary>
internal sealed class ForgetfulContainments(ContainmentState real) : ContainmentState(real)
{
    public override ContainedSet Current => ContainedSet.Empty;
}
