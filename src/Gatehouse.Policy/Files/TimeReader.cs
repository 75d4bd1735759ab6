using System.Globalization;
using Gatehouse.Policy.Conditions;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Files;

/// <summary>Reads <c>time</c>.</summary>
internal static class TimeReader
{
    public static TimeCondition? Read(YamlNode node, string path, FaultList faults)
    {
        if (PolicyMap.Read(node, path, PolicyKeys.Time, faults) is not { } map) return null;
        if (map.Has("zone") && !map.Has("days") && !map.Has("from") && !map.Has("until"))
            map.Fault("zone", "a zone needs a day or a time", "add 'days', 'from' or 'until'");
        return new TimeCondition
        {
            Days = Days(map, faults),
            From = Clock(map, "from"),
            Until = Clock(map, "until"),
            NotBefore = Moment(map, "notBefore"),
            NotAfter = Moment(map, "notAfter"),
            Zone = Zone(map),
        };
    }

    private static DaysOfWeek? Days(PolicyMap map, FaultList faults)
    {
        if (map.Texts("days") is not { } texts) return null;
        var days = new List<DayOfWeek>();
        foreach (var (text, at, path) in texts)
        {
            if (DaysOfWeek.TryParse(text, out var day)) days.Add(day);
            else faults.Add(at, path, "this is not a day", "write mon, tue, wed, thu, fri, sat or sun");
        }

        return new DaysOfWeek(days);
    }

    private static TimeOnly? Clock(PolicyMap map, string key)
    {
        if (map.Text(key) is not { } text) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        map.Fault(key, "this is not a time of day", "write it in quotes as HH:mm, e.g. \"08:00\"");
        return null;
    }

    private static DateTimeOffset? Moment(PolicyMap map, string key)
    {
        if (map.Text(key) is not { } text) return null;
        string[] forms = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm'Z'"];
        if (DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        map.Fault(key, "this is not a time", "write it as \"2026-01-31T18:00:00Z\" or with an offset such as +01:00");
        return null;
    }

    private static TimeZoneInfo Zone(PolicyMap map)
    {
        if (map.Text("zone") is not { } text) return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone)) return zone;
        map.Fault("zone", "this time zone is unknown on this system",
            "write a name from the IANA database, e.g. Europe/Berlin (from the package tzdata), or omit it for UTC");
        return TimeZoneInfo.Utc;
    }
}
