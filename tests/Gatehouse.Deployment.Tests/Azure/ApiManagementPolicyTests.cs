using System.Xml.Linq;

namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>The policies of API Management, as text: no registry has their schema or a program that runs them.</summary>
[Trait("Requirement", "DE-02")]
public sealed class ApiManagementPolicyTests
{
    private const string Before = "before-gatehouse.xml";
    private const string Behind = "behind-gatehouse.xml";

    /// <summary>A policy, the rule that a change breaks, a part of its text, and what takes the place of that part.</summary>
    public static TheoryData<string, string, string, string> Broken { get; } = new()
    {
        { Before, "the sections are those of the schema, and keep the policies around them", "<outbound>", "<inbound2 /><outbound>" },
        { Behind, "the sections are those of the schema, and keep the policies around them", "<base />", "" },
        { Before, "answers are not buffered", "buffer-response=\"false\"", "buffer-response=\"true\"" },
        { Behind, "answers are not buffered", " buffer-response=\"false\"", "" },
        { Before, "no body is read or changed", "<outbound>", "<outbound><set-body>@(context.Response.Body.As&lt;string&gt;())</set-body>" },
        { Behind, "no body is read or changed", "<outbound>", "<outbound><log-to-eventhub logger-id=\"x\">@(context.RequestId)</log-to-eventhub>" },
        { Before, "tokens and headers of MCP pass", "<inbound>", "<inbound><set-header name=\"authorization\" exists-action=\"delete\" />" },
        { Behind, "tokens and headers of MCP pass", "<outbound>", "<outbound><set-header name=\"Mcp-Session-Id\" exists-action=\"delete\" />" },
        {
            Before, "forwarding headers of the client are replaced",
            "X-Forwarded-For\" exists-action=\"override", "X-Forwarded-For\" exists-action=\"append"
        },
        { Before, "forwarding headers of the client are replaced", "<set-header name=\"Forwarded\" exists-action=\"delete\" />", "" },
        {
            Before, "forwarding headers of the client are replaced",
            "@(context.Request.IpAddress)", "@(context.Request.Headers[&quot;X-Real-IP&quot;][0])"
        },
        { Before, "the gateway is the backend", "backend-id=\"gatehouse\"", "base-url=\"https://elsewhere.example\"" },
        { Behind, "only the gateway connects", "action=\"allow\"", "action=\"forbid\"" },
        { Behind, "the key of the gateway goes no further", "Ocp-Apim-Subscription-Key", "Ocp-Apim-Trace" },
    };

    [Theory]
    [InlineData(Before)]
    [InlineData(Behind)]
    public void Policy_KeepsEveryRule(string file) => Assert.Empty(Rules(file).SelectMany(rule => rule.Value(XElement.Parse(Read(file)))));

    [Theory]
    [MemberData(nameof(Broken))]
    public void PolicyThatBreaksARule_IsFound(string file, string rule, string part, string instead)
    {
        var text = Read(file);
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.NotEmpty(Rules(file)[rule](XElement.Parse(text.Replace(part, instead, StringComparison.Ordinal))));
    }

    [Fact]
    public void EveryRule_HasAPolicyThatBreaksIt() => Assert.Equal(
        new[] { Before, Behind }.SelectMany(file => Rules(file).Keys.Select(rule => (file, rule))).Order(),
        Broken.Select(row => (row.Data.Item1, row.Data.Item2)).Distinct().Order());

    // Named values and the backend are made beside the policy; a name that is nowhere makes the service refuse the policy.
    [Theory]
    [InlineData(Before)]
    [InlineData(Behind)]
    public void WhatThePolicyNames_IsMadeByItsTemplate(string file)
    {
        var template = File.ReadAllText(Path.Join(Bicep.Folder, "api-management", Path.ChangeExtension(file, ".bicep")));
        var names = Read(file).Split("{{")[1..].Select(static text => text[..text.IndexOf("}}", StringComparison.Ordinal)])
            .Concat(XElement.Parse(Read(file)).Descendants("set-backend-service").Select(static one => one.Attribute("backend-id")!.Value))
            .ToHashSet();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"name: '{name}'", template, StringComparison.Ordinal));
    }

    private static IReadOnlyDictionary<string, Func<XElement, IEnumerable<string>>> Rules(string file) =>
        file == Before ? PolicyRules.Before : PolicyRules.Behind;

    private static string Read(string file) => File.ReadAllText(Path.Join(Bicep.Folder, "api-management", file));
}
