using static Gatehouse.Administration.Control.ControlWords;

namespace Gatehouse.Administration.Control;

/// <summary>Words about containments.</summary>
internal static class ContainmentWords
{
    public static ControlWords All { get; } = new(
        [
            new("contain", ["kind", "issuer", "server", "value", "reason", "force"],
                static request => new Contain(Target(request), request.Reason ?? "", request.Force == true)),
            new("contain.preview", ["kind", "issuer", "server", "value", "force"],
                static request => new PreviewContainment(Target(request), request.Force == true)),
            new("contain.list", [], static _ => new ListContainments()),
            new("release", ["id", "reason"], static request => new ReleaseContainment(request.Id ?? "", request.Reason ?? "")),
        ],
        static act => act switch
        {
            Contain contain => Of("contain", contain.Target, contain.IsForced) with { Reason = OrNull(contain.Reason) },
            PreviewContainment preview => Of("contain.preview", preview.Target, preview.IsForced),
            ListContainments => new ControlRequest { Verb = "contain.list" },
            ReleaseContainment release => new ControlRequest { Verb = "release", Id = OrNull(release.Id), Reason = OrNull(release.Reason) },
            _ => null,
        });

    // A server, also that of a tool, is in "server"; everything else is in "value".
    private static ControlRequest Of(string verb, ContainmentTarget target, bool isForced)
    {
        var isOfServer = target.Kind is ContainmentTarget.Server or ContainmentTarget.OfTool;
        return new ControlRequest
        {
            Verb = verb,
            Kind = OrNull(target.Kind),
            Issuer = OrNull(target.Issuer),
            Server = isOfServer ? OrNull(target.Name) : null,
            Value = OrNull(isOfServer ? target.Tool : target.Name),
            Force = isForced ? true : null,
        };
    }

    private static ContainmentTarget Target(ControlRequest request)
    {
        var isOfServer = request.Kind is ContainmentTarget.Server or ContainmentTarget.OfTool;
        return new ContainmentTarget(
            request.Kind ?? "", request.Issuer ?? "", (isOfServer ? request.Server : request.Value) ?? "", isOfServer ? request.Value ?? "" : "");
    }
}
