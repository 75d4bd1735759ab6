using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>Bounds that contradict each other.</summary>
internal static class BoundRules
{
    public static void Check(ConfigurationSection root, FaultList faults)
    {
        NotLess<TimeSpan>(root.Part("sessions"), "absolute", "idle", "a session would end before it was idle for that time", faults);
        CheckMessages(root, faults);
    }

    /// <summary>The log and the messages, which every host has.</summary>
    public static void CheckMessages(ConfigurationSection root, FaultList faults)
    {
        NotLess<long>(root.Part("audit"), "maxTotalBytes", "segmentBytes", "there is no room for one segment", faults);
        if (root.Part("limits").Find("bufferedBytes") is not { } buffered) return;
        foreach (var server in root.Parts("servers"))
        {
            CheckFits(server.Part("limits").Find("requestBytes"), buffered, faults);
            CheckFits(server.Part("limits").Find("responseBytes"), buffered, faults);
        }
    }

    private static void NotLess<T>(ConfigurationSection section, string larger, string smaller, string message, FaultList faults)
        where T : IComparable<T>
    {
        if (section.Find(larger) is not { } high || section.Find(smaller) is not { } low) return;
        if (((T)high.Content).CompareTo((T)low.Content) >= 0) return;
        faults.Add(high.IsGiven ? high : low, message, $"make '{larger}' at least '{smaller}'");
    }

    private static void CheckFits(ConfiguredValue? message, ConfiguredValue buffered, FaultList faults)
    {
        if (message is null || (long)message.Content <= (long)buffered.Content) return;
        faults.Add(message.IsGiven ? message : buffered, "one message of this size does not fit into 'limits.bufferedBytes'",
            "raise 'limits.bufferedBytes' or lower the server's limit");
    }
}
