using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of <c>quarantine</c> from a section without a fault.</summary>
internal static class QuarantineBuilder
{
    public static QuarantineSettings Build(ConfigurationSection section) => new()
    {
        Results = (int)section.Get<long>("results"),
        ResultsPerCaller = (int)section.Get<long>("resultsPerCaller"),
        ResultsPerServer = (int)section.Get<long>("resultsPerServer"),
        Bytes = section.Get<long>("bytes"),
        BytesPerCaller = section.Get<long>("bytesPerCaller"),
        BytesPerServer = section.Get<long>("bytesPerServer"),
        EntryBytes = (int)section.Get<long>("entryBytes"),
        Expires = section.Get<TimeSpan>("expires"),
        ReleasedFor = section.Get<TimeSpan>("releasedFor"),
        History = section.Get<TimeSpan>("history"),
    };
}
