using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>The builder of <c>approvals</c> from a section without a fault.</summary>
internal static class ApprovalBuilder
{
    public static ApprovalSettings Build(ConfigurationSection section) => new()
    {
        Hold = section.Get<TimeSpan>("hold"),
        Rounds = (int)section.Get<long>("rounds"),
        Expires = section.Get<TimeSpan>("expires"),
        DenialLife = section.Get<TimeSpan>("denialLife"),
        Open = (int)section.Get<long>("open"),
        OpenPerCaller = (int)section.Get<long>("openPerCaller"),
        Bytes = section.Get<long>("bytes"),
        BytesPerCaller = section.Get<long>("bytesPerCaller"),
        History = section.Get<TimeSpan>("history"),
        RememberMax = section.Get<TimeSpan>("rememberMax"),
        LargestCall = (int)section.Get<long>("largestCall"),
    };
}
