namespace Gatehouse.Administration;

/// <summary>Refusals of acts about the store.</summary>
internal sealed partial record ActionRefusal
{
    public static ActionRefusal NoStoreAlarm { get; } =
        new("no alarm about the store is raised", "nothing is to be done: the status has a line store.alarm as long as there is one")
        { Why = "no-store-alarm" };
}
