using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about configurations that were in force.</summary>
internal static class ConfigurationWords
{
    private const int DefaultLimit = 50;

    public static ControlWords All { get; } = new(
        [
            new("config.history", ["limit"], static request => new ListConfigurations(request.Limit ?? DefaultLimit)),
            new("config.rollback", ["digest", "reason", "force"],
                static request => new RollBackConfiguration(request.Digest ?? "", request.Reason ?? "", request.Force ?? false)),
        ],
        static act => act switch
        {
            ListConfigurations list => new ControlRequest { Verb = "config.history", Limit = list.Limit },
            RollBackConfiguration back => Of(back),
            _ => null,
        });

    private static ControlRequest Of(RollBackConfiguration back) => new()
    {
        Verb = "config.rollback",
        Digest = OrNull(back.Digest),
        Reason = OrNull(back.Reason),
        Force = back.Force ? true : null,
    };
}
