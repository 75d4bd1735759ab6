using System.Globalization;
using Gatehouse.Configuration.Reading;
using Gatehouse.Integrity.Inspection;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of the settings of inspection from a section without a fault.</summary>
internal static class InspectionBuilder
{
    public static InspectionSettings Build(ConfigurationSection section)
    {
        var metadata = section.Part("metadata");
        return new InspectionSettings
        {
            WithholdsSoft = metadata.Get<string>("soft") == "withhold",
            Suppressions = new FindingSuppressions([.. metadata.Parts("suppressions").Select(part => Suppression(part))]),
        };
    }

    /// <summary>Returns the beginning of the day after the last one (UTC), or null when the text is no date.</summary>
    public static DateTimeOffset? End(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue
            ? new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null;

    private static FindingSuppression Suppression(ConfigurationSection section) => new()
    {
        Server = section.Get<string>("server")!,
        Definition = section.Get<string>("definition")!,
        Id = section.Get<string>("finding")!,
        Digest = section.Get<string>("digest"),
        Reason = section.Get<string>("reason")!,
        Expires = End(section.Get<string>("until")!)!.Value,
        Line = section.At.Line,
    };
}
