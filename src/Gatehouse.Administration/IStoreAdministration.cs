namespace Gatehouse.Administration;

/// <summary>The alarm about the store of a host.</summary>
internal interface IStoreAdministration
{
    /// <summary>Ends the alarm that the store is not the one that the gateway left.</summary>
    /// <returns>The alarm that ended; null where none is raised.</returns>
    /// <exception cref="Gatehouse.Storage.Abstractions.StoreException">The alarm stays.</exception>
    StoreAlarmAcknowledged? AcknowledgeAlarm();
}
