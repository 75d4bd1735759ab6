using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of settings for decisions that are requested from others and served to others.</summary>
internal static class DecisionBuilder
{
    public static DecisionPointSettings? Point(ConfigurationSection section)
    {
        if (!section.IsGiven) return null;
        var cache = section.Part("cache");
        return new DecisionPointSettings
        {
            Url = section.Get<Uri>("url")!,
            Identifier = section.Get<string>("identifier"),
            Region = section.Get<string>("region"),
            Credential = ServerBuilder.Credential(section.Part("credential")),
            Pins = [.. section.Texts("pins").Select(pin => pin[ServerRules.PinPrefix.Length..])],
            Timeout = section.Get<TimeSpan>("timeout"),
            Combine = section.Get<string>("combine") == "externalOnly" ? DecisionCombination.ExternalOnly : DecisionCombination.BothMustPermit,
            SendArguments = section.Get<bool>("sendArguments"),
            Batch = (int)section.Get<long>("batch"),
            Concurrency = (int)section.Get<long>("concurrency"),
            Cache = new DecisionCacheSettings
            {
                Positive = cache.Get<TimeSpan>("positive"),
                Negative = cache.Get<TimeSpan>("negative"),
                Entries = (int)cache.Get<long>("entries"),
            },
        };
    }

    public static DecisionServiceSettings? Service(ConfigurationSection section) => !section.IsGiven ? null : new DecisionServiceSettings
    {
        Audience = section.Get<string>("audience"),
        Who = SettingsBuilder.Who(section.Part("who"))!,
        Types = section.Texts("types"),
        Batch = (int)section.Get<long>("batch"),
        Concurrency = (int)section.Get<long>("concurrency"),
    };
}
