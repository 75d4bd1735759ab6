using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
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
            Messages = MessageInspectionBuilder.Build(section.Part("messages")),
        };
    }

    private static FindingSuppression Suppression(ConfigurationSection section) => new()
    {
        Server = section.Get<string>("server")!,
        Definition = section.Get<string>("definition")!,
        Id = section.Get<string>("finding")!,
        Digest = section.Get<string>("digest"),
        Reason = section.Get<string>("reason")!,
        Expires = InspectionRules.End(section.Get<string>("until")!)!.Value,
        Line = section.At.Line,
    };
}
