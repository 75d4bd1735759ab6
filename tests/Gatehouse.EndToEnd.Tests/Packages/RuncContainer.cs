using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>
/// The image under <c>runc</c>, as a platform runs it: its own user, a read-only root, no capability, no new privilege, a filter of system calls.
/// The network is the machine's, so that a test reaches the gateway on loopback.
/// </summary>
internal sealed class RuncContainer
{
    private readonly string bundle;
    private readonly string name = $"gatehouse-{Guid.NewGuid():N}";

    private RuncContainer(string bundle, JsonNode image) => (this.bundle, Image) = (bundle, image);

    /// <summary>The image's configuration.</summary>
    public JsonNode Image { get; }

    /// <summary>The folder that is the container's root.</summary>
    public string Root => Path.Join(bundle, "rootfs");

    /// <summary>Unpacks the image for this architecture.</summary>
    /// <param name="layout">The folder of the image layout.</param>
    /// <param name="bundle">An empty folder.</param>
    public static async Task<RuncContainer> UnpackAsync(string layout, string bundle)
    {
        JsonNode Blob(JsonNode descriptor) => JsonNode.Parse(File.ReadAllText(BlobOf(layout, descriptor)))!;
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Join(layout, "index.json")))!;
        var platforms = Blob(index["manifests"]![0]!)["manifests"]!.AsArray();
        var manifest = Blob(platforms.Single(one => one!["platform"]!["architecture"]!.GetValue<string>() == "amd64")!);
        var container = new RuncContainer(bundle, Blob(manifest["config"]!)["config"]!);
        Directory.CreateDirectory(container.Root);
        foreach (var layer in manifest["layers"]!.AsArray())
        {
            var (code, _, errors) = await OneShot.RunAsync(new ProcessPlan("tar",
                ["--extract", "--gzip", "--same-owner", "--preserve-permissions", "--file", BlobOf(layout, layer!), "--directory", container.Root]));
            Assert.True(code == 0, errors);
        }

        return container;
    }

    /// <summary>A run of the image with other words than its own.</summary>
    /// <param name="configuration">The file that is mounted as <c>/etc/gatehouse/gatehouse.yaml</c>.</param>
    /// <param name="state">The folder that is mounted as <c>/var/lib/gatehouse</c>.</param>
    /// <param name="words">Words after the entry point; none for those of the image.</param>
    public ProcessPlan Plan(string configuration, string state, params string[] words)
    {
        var arguments = Image["Entrypoint"]!.AsArray().Concat(words.Length > 0 ? [.. words.Select(static word => (JsonNode)word)] : Image["Cmd"]!.AsArray());
        JsonObject Bound(string source, string target, string right) => new()
        { ["destination"] = target, ["type"] = "bind", ["source"] = source, ["options"] = new JsonArray("bind", right) };
        var nothing = new JsonArray();
        var plan = new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["process"] = new JsonObject
            {
                ["user"] = new JsonObject { ["uid"] = 65532, ["gid"] = 65532 },
                ["args"] = new JsonArray([.. arguments.Select(static one => one!.DeepClone())]),
                ["env"] = Image["Env"]!.DeepClone(),
                ["cwd"] = "/",
                ["noNewPrivileges"] = true,
                ["capabilities"] = new JsonObject { ["bounding"] = nothing },
            },
            ["root"] = new JsonObject { ["path"] = "rootfs", ["readonly"] = true },
            ["mounts"] = new JsonArray(
                new JsonObject { ["destination"] = "/proc", ["type"] = "proc", ["source"] = "proc" },
                new JsonObject { ["destination"] = "/dev", ["type"] = "tmpfs", ["source"] = "tmpfs", ["options"] = new JsonArray("nosuid", "mode=755") },
                Bound(configuration, "/etc/gatehouse/gatehouse.yaml", "ro"),
                Bound(state, "/var/lib/gatehouse", "rw")),
            ["linux"] = new JsonObject
            {
                ["seccomp"] = new JsonObject
                {
                    ["defaultAction"] = "SCMP_ACT_ALLOW",
                    ["syscalls"] = new JsonArray(new JsonObject
                    {
                        ["names"] = new JsonArray("mount", "umount2", "ptrace", "unshare", "setns", "bpf", "keyctl", "kexec_load", "perf_event_open"),
                        ["action"] = "SCMP_ACT_ERRNO",
                    }),
                },
                ["namespaces"] = new JsonArray([.. ((string[])["pid", "mount", "ipc", "uts"]).Select(static one => new JsonObject { ["type"] = one })]),
            },
        };
        File.WriteAllText(Path.Join(bundle, "config.json"), plan.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return new ProcessPlan("runc", ["run", "--bundle", bundle, name]);
    }

    /// <summary>Runs a command of the gateway in the running container.</summary>
    public Task<(int Code, string Output, string Errors)> ExecuteAsync(params string[] words) =>
        OneShot.RunAsync(new ProcessPlan("runc", ["exec", "--user", "65532:65532", name, "/opt/gatehouse/gatehouse", .. words]));

    /// <summary>Ends the container and waits until it is gone.</summary>
    public Task EndAsync() => OneShot.RunAsync(new ProcessPlan("runc", ["delete", "--force", name]));

    private static string BlobOf(string layout, JsonNode descriptor) =>
        Path.Join(layout, "blobs", "sha256", descriptor["digest"]!.GetValue<string>()["sha256:".Length..]);
}
