using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Stores;

/// <summary>Names of the replaceable parts that detect a store other than the one that the gateway left.</summary>
internal static class StorePartNames
{
    /// <summary>The alarm about the store, as every report asks for it.</summary>
    public static PartName<StoreAlarm> Alarm { get; } = new("store-alarm");

    /// <summary>The comparison of the store with the record of its commits.</summary>
    public static PartName<StoreComparison> Comparison { get; } = new("store-comparison");
}

/// <summary>Compares the store of a host that starts with the record of its commits.</summary>
/// <param name="record">The record.</param>
/// <param name="hasLog">True where a gateway has written a log with this state folder.</param>
/// <returns>The difference; null for none.</returns>
internal delegate StoreDifference? StoreComparison(StoreCommitRecord record, bool hasLog);
