namespace Gatehouse.Administration;

/// <summary>The store of a host, and the loss of the one before it.</summary>
internal interface IStoreAdministration
{
    /// <summary>Ends the report of a lost store.</summary>
    /// <returns>The time at which the new store was made; null where no loss is reported.</returns>
    /// <exception cref="Gatehouse.Storage.Abstractions.StoreException">The loss is reported further.</exception>
    DateTimeOffset? AcknowledgeLoss();
}
