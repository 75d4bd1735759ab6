using System.Text.Json.Nodes;

namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>The Helm chart, linted and rendered by the real program without a cluster.</summary>
internal sealed class Chart : IDisposable
{
    public const string Release = "mcp";
    public const string Namespace = "tools";

    private static readonly string Folder = Path.Join(Repository.Root, "deploy", "helm", "gatehouse");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-chart-");

    /// <summary>Values with two servers, of which one has no TLS of its own, credentials, and an identity provider.</summary>
    public const string TwoServers = """
        publicUrl: https://mcp.example.com
        secrets:
          - { name: tickets-token, existingSecret: tickets, key: token }
        servers:
          - name: tickets
            image: registry.example.com/tickets-mcp:1.0.0
            port: 8443
            tls: { existingSecret: tickets-tls }
            environment: { LOG_LEVEL: info }
            environmentSecret: tickets-environment
            egress: [{ cidr: 203.0.113.0/24, port: 443 }]
            configuration:
              pins: ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
              credential: { header: Authorization, prefix: "Bearer ", value: "file:/run/secrets/gatehouse/tickets-token" }
          - name: files
            image: registry.example.com/files-mcp:1.0.0
            args: ["--host", "127.0.0.1", "--port", "8000"]
            port: 8443
            plainPort: 8000
            tls: { existingSecret: files-tls }
            writable: [/tmp, /data]
            configuration:
              pins: ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
              host: 127.0.0.1:8000
        networkPolicy:
          egress: [{ cidr: 198.51.100.7/32, port: 443 }]
        """;

    /// <summary>Renders the chart.</summary>
    /// <param name="values">The values, YAML; they come after those of the chart.</param>
    /// <param name="release">The name of the release.</param>
    /// <returns>The objects by kind and name, such as <c>Service/mcp-gatehouse</c>.</returns>
    public async Task<IReadOnlyDictionary<string, JsonNode>> RenderAsync(string values, string release = Release)
    {
        var (code, output, errors) = await TemplateAsync(values, release);
        Assert.True(code == 0, errors);
        return YamlNodes.Read(output).ToDictionary(static one => $"{one["kind"]}/{one["metadata"]!["name"]}");
    }

    /// <summary>Runs <c>helm template</c>.</summary>
    public Task<(int Code, string Output, string Errors)> TemplateAsync(string values, string release = Release) =>
        HelmAsync("template", release, Folder, "--namespace", Namespace, "--values", Write(values));

    /// <summary>Runs <c>helm lint --strict</c>.</summary>
    public Task<(int Code, string Output, string Errors)> LintAsync(string values) =>
        HelmAsync("lint", Folder, "--strict", "--values", Write(values));

    public void Dispose() => folder.Delete(recursive: true);

    private string Write(string values)
    {
        var path = Path.Join(folder.FullName, $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, values);
        return path;
    }

    // Nothing of the account counts, and nothing is left in it.
    private Task<(int Code, string Output, string Errors)> HelmAsync(params string[] arguments)
    {
        Tools.RequireHelm();
        return OneShot.RunAsync(new ProcessPlan(Tools.Helm, arguments)
        {
            Environment = new Dictionary<string, string>
            {
                ["HELM_CACHE_HOME"] = folder.FullName,
                ["HELM_CONFIG_HOME"] = folder.FullName,
                ["HELM_DATA_HOME"] = folder.FullName,
                ["KUBECONFIG"] = "/dev/null",
            },
        });
    }
}
