namespace Gatehouse.Administration;

/// <summary>Refusals of acts about the store.</summary>
internal sealed partial record ActionRefusal
{
    public static ActionRefusal NoStoreLost { get; } =
        new("no loss of a store is reported", "nothing is to be done: 'gatehouse status' has a line store.lost as long as a loss is reported")
        { Why = "no-store-lost" };
}
