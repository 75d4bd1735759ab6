using System.Reflection;
using System.Runtime.Serialization.Formatters.Binary;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Newtonsoft.Json;

namespace Cases.Others;

public sealed record Note(string Title, string Text);

public sealed record SignIn(string User, string Password);

public sealed class MissingNoteException(string title) : Exception($"There is no note '{title}'.");

[McpServerToolType]
public sealed class TypeTools
{
    private static readonly Dictionary<string, Type> Kinds = new() { ["note"] = typeof(Note) };

    [McpServerTool]
    public static object? Named(string type) => Activator.CreateInstance(Type.GetType(type)!); // finds GHA0005

    [McpServerTool]
    public static object? Binary(string data)
    {
        using var stream = new MemoryStream(Convert.FromBase64String(data));
        return new BinaryFormatter().Deserialize(stream); // finds GHA0005
    }

    [McpServerTool]
    public static Note? WithTypes(string json) => JsonConvert.DeserializeObject<Note>(json, // finds GHA0005
        new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All });

    [McpServerTool]
    public static object? NamedWithJson(string type, string json) =>
        System.Text.Json.JsonSerializer.Deserialize(json, Type.GetType("Shop." + type)!); // finds GHA0005

    [McpServerTool]
    public static string Loaded(string assembly) => Assembly.Load(assembly).FullName!; // finds GHA0005

    [McpServerTool] // clean
    public static string Read(string json) => System.Text.Json.JsonSerializer.Deserialize<Note>(json)!.Title;

    [McpServerTool] // clean
    public static string ReadByNewtonsoft(string json) => JsonConvert.DeserializeObject<Note>(json)!.Title;

    [McpServerTool] // clean
    public static string WithoutTypes(string json) => JsonConvert.DeserializeObject<Note>(json,
        new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.None })!.Title;

    [McpServerTool] // clean
    public static object? KnownKind(string kind) => Kinds.TryGetValue(kind, out var type) ? Activator.CreateInstance(type) : null;
}

[McpServerToolType]
public sealed class CredentialTools(IHttpContextAccessor accessor)
{
    [McpServerTool]
    public static string WithToken(string accessToken) => accessToken.Length > 0 ? "signed in" : "no"; // finds GHA0006

    [McpServerTool]
    public static string WithKey(string query, string api_key) => api_key.Length > 0 ? query : "no"; // finds GHA0006

    [McpServerTool]
    public static string WithPassword(SignIn signIn) => signIn.User; // finds GHA0006

    [McpServerPrompt]
    public static string Prompt(string token) => token.Length > 0 ? "Hello" : ""; // finds GHA0006

    [McpServerTool] // clean
    public string OfHeader(string query) => accessor.HttpContext!.Request.Headers.Authorization.Count > 0 ? query : "sign in first";

    [McpServerTool] // clean
    public static string Page(string? pageToken, string nextToken, int maxTokens, CancellationToken cancellationToken) => $"{pageToken}{nextToken}{maxTokens}";
}

[McpServerToolType]
public sealed class ExceptionTools(ILogger<ExceptionTools> logger)
{
    [McpServerTool]
    public static string Message(string title)
    {
        try
        {
            return Find(title);
        }
        catch (Exception problem)
        {
            return "Error: " + problem.Message; // finds GHA0007
        }
    }

    [McpServerTool]
    public static string Whole(string title)
    {
        try
        {
            return Find(title);
        }
        catch (InvalidOperationException problem)
        {
            return $"Failed: {problem}"; // finds GHA0007
        }
    }

    [McpServerTool]
    public static CallToolResult Result(string title)
    {
        try
        {
            return new CallToolResult { Content = [new TextContentBlock { Text = Find(title) }] };
        }
        catch (Exception problem)
        {
            var text = problem.ToString(); // finds GHA0007
            return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = text }] };
        }
    }

    [McpServerTool]
    public static string Helper(string title)
    {
        try
        {
            return Find(title);
        }
        catch (Exception problem)
        {
            return Describe(problem);
        }
    }

    private static string Describe(Exception problem) => $"{problem.GetType().Name}: {problem.Message}"; // finds GHA0007

    [McpServerTool]
    public static string Thrown(string title)
    {
        try
        {
            return Find(title);
        }
        catch (Exception problem)
        {
            throw new McpException($"It failed: {problem.Message}"); // finds GHA0007
        }
    }

    [McpServerTool]
    public static async Task<object> Anonymous(string title)
    {
        try
        {
            await Task.Yield();
            return new { ok = true, text = Find(title) };
        }
        catch (Exception problem)
        {
            return new { ok = false, error = problem.InnerException?.Message ?? "?" }; // finds GHA0007
        }
    }

    [McpServerTool] // clean
    public string Logged(string title)
    {
        try
        {
            return Find(title);
        }
        catch (Exception problem)
        {
            logger.LogError(problem, "The note could not be read: {Text}", problem.Message);
            return "The note could not be read.";
        }
    }

    [McpServerTool] // clean
    public static string OwnException(string title)
    {
        try
        {
            return Find(title);
        }
        catch (MissingNoteException problem)
        {
            return problem.Message;
        }
    }

    [McpServerTool] // clean
    public static string OfProtocol(string title)
    {
        try
        {
            return Find(title);
        }
        catch (McpException problem)
        {
            return problem.Message;
        }
    }

    [McpServerTool] // clean
    public static string Kind(string title)
    {
        try
        {
            return Find(title);
        }
        catch (HttpRequestException problem)
        {
            return $"The service answered {problem.StatusCode}.";
        }
    }

    private static string Find(string title) => title.Length > 3 ? "text" : throw new MissingNoteException(title);
}

public static class Start
{
    public static void Configure(IServiceCollection services) => services.AddAuthentication().AddJwtBearer(options =>
    {
        options.Authority = "https://login.example.com";
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidateIssuer = true,
            ValidateAudience = false, // finds GHA0008
        };
    });

    public static void ConfigureByAssignment(IServiceCollection services) => services.AddAuthentication().AddJwtBearer(options =>
    {
        options.Authority = "https://login.example.com";
        options.TokenValidationParameters.ValidateAudience = false; // finds GHA0008
    });

    public static TokenValidationParameters EveryAudience() => new()
    {
        ValidIssuer = "https://login.example.com",
        AudienceValidator = (audiences, token, parameters) => true, // finds GHA0008
    };

    public static TokenValidationParameters NoAudience(SecurityKey key) => new() // finds GHA0008
    {
        ValidIssuer = "https://login.example.com",
        IssuerSigningKey = key,
    };

    // clean
    public static TokenValidationParameters OneAudience(SecurityKey key) => new()
    {
        ValidIssuer = "https://login.example.com",
        ValidAudience = "https://mcp.example.com",
        IssuerSigningKey = key,
    };

    // clean
    public static void Audience(IServiceCollection services) => services.AddAuthentication().AddJwtBearer(options =>
    {
        options.Audience = "https://mcp.example.com";
        options.TokenValidationParameters = new TokenValidationParameters { ValidateIssuer = true };
    });

    // clean
    public static TokenValidationParameters OwnValidator() => new()
    {
        ValidateAudience = false,
        AudienceValidator = (audiences, token, parameters) => audiences.Contains("https://mcp.example.com"),
    };
}
