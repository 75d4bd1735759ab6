using Gatehouse.Gateway.Stores;

namespace Gatehouse.Range.Doubles;

/// <summary>Keeps the alarm about a missing store in its file, and hides it from every report.</summary>
internal sealed class UnreportedLoss(StoreAlarm real) : StoreAlarm(real)
{
    public override StoreAlarmState? Current => base.Current is { Kind: StoreAlarmKind.Lost } ? null : base.Current;
}
