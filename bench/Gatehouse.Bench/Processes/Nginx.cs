using System.Globalization;

namespace Gatehouse.Bench.Processes;

/// <summary>nginx in front of the server, where it is installed: 2 workers, kept connections, no logs.</summary>
internal sealed class Nginx : IDisposable
{
    private Nginx(ChildProcess process, int port, IReadOnlyList<int> workers)
    {
        Process = process;
        Port = port;
        Workers = workers;
    }

    public ChildProcess Process { get; }

    public int Port { get; }

    public IReadOnlyList<int> Workers { get; }

    /// <returns>Null when there is no nginx on PATH.</returns>
    public static async Task<Nginx?> StartAsync(Workplace place, int upstream)
    {
        if (Workplace.OnPath("nginx") is not { } program) return null;
        var folder = place.NewDirectory();
        var port = Ports.Free();
        var config = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(config, Configuration(folder, port, upstream)).ConfigureAwait(false);
        var process = ChildProcess.Start("nginx", folder, program, "-p", folder, "-c", config, "-e", "stderr");
        await Ports.OpenAsync(port, process).ConfigureAwait(false);
        return new Nginx(process, port, Children(process.Id));
    }

    public void Dispose() => Process.Dispose();

    private static List<int> Children(int pid) =>
        [.. File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task/{pid}/children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];

    private static string Configuration(string folder, int port, int upstream) => string.Create(CultureInfo.InvariantCulture, $$"""
        daemon off;
        worker_processes 2;
        pid {{folder}}/nginx.pid;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          keepalive_requests 10000000;
          upstream mcp { server 127.0.0.1:{{upstream}}; keepalive 128; keepalive_requests 10000000; }
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://mcp;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        }

        """);
}
