using System.ComponentModel;
using System.Data.Common;
using System.Diagnostics;
using Gatehouse.Server.RunTime;
using ModelContextProtocol.Server;

namespace GuardedServer;

/// <summary>Tools with the faults that servers have. Nothing in their code knows of Gatehouse, except what they declare.</summary>
[McpServerToolType]
internal sealed class ShopTools
{
    /// <summary>The fault: a name with <c>..</c> leads out of the folder (CWE-22).</summary>
    [McpServerTool(Name = "read_note", ReadOnly = true), Description("Reads a note of the shop by its file name.")]
    public static string ReadNote([Description("The file name, such as opening-hours.txt")] string name) =>
        File.ReadAllText(Path.Combine(Shop.Notes, name));

    /// <summary>The fault: the argument is a part of the statement (CWE-89).</summary>
    [McpServerTool(Name = "find_customer", ReadOnly = true), Description("Finds a customer by name."), ToolAccess(Sql = SqlAccess.Read)]
    public static async Task<string> FindCustomer(DbDataSource shop, [Description("The name")] string name)
    {
        await using var command = shop.CreateCommand("select name from customers where name = '" + name + "'");
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync()) found.Add(reader.GetString(0));
        return string.Join(", ", found);
    }

    /// <summary>The fault: the model chooses the host (CWE-918).</summary>
    [McpServerTool(Name = "fetch_page", ReadOnly = true), Description("Fetches a page of the supplier."), ToolAccess(Hosts = ["supplier.example"])]
    public static async Task<string> FetchPage(HttpClient client, [Description("The address")] string url) => await client.GetStringAsync(new Uri(url));

    /// <summary>The fault: the argument is a part of a shell command (CWE-78).</summary>
    [McpServerTool(Name = "count_words", ReadOnly = true), Description("Counts the words of a text.")]
    public static async Task<string> CountWords([Description("The text")] string text)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"echo {text} | wc -w"]) { RedirectStandardOutput = true })!;
        return await shell.StandardOutput.ReadToEndAsync();
    }

    /// <summary>The fault: everybody may call it.</summary>
    [McpServerTool(Name = "refund", Destructive = true), Description("Pays an amount back to a customer.")]
    public static string Refund([Description("The customer")] string customer, [Description("The amount in euros")] int amount) =>
        $"refunded {amount} euros to {customer}";
}
