using Gatehouse.Fixture.Prompts;
using Gatehouse.Fixture.Resources;
using Gatehouse.Fixture.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Serving;

/// <summary>Puts tools, prompts and resources behind the SDK's handlers.</summary>
internal static class FixtureServer
{
    // Handlers and not the SDK's collections: those have no order, and the list's order is part of the fixture.
    public static McpServerOptions Options(FixtureState state, FixtureTransport transport)
    {
        var tools = ToolCatalogue.For(state, transport);
        var prompts = new PromptCatalogue(state);
        return new()
        {
            ServerInfo = new() { Name = "gatehouse-fixture", Version = "1.0.0" },
            ScopeRequests = false,
            Capabilities = Capabilities(),
            Handlers = new()
            {
                ListToolsHandler = (_, _) => ValueTask.FromResult(tools.List()),
                CallToolHandler = tools.CallAsync,
                ListPromptsHandler = (_, _) => ValueTask.FromResult(PromptCatalogue.List()),
                GetPromptHandler = (request, _) => ValueTask.FromResult(prompts.Get(request)),
                CompleteHandler = (request, _) => ValueTask.FromResult(PromptCatalogue.Complete(request.Params)),
                ListResourcesHandler = (_, _) => ValueTask.FromResult(ResourceCatalogue.List()),
                ListResourceTemplatesHandler = (_, _) => ValueTask.FromResult(ResourceCatalogue.ListTemplates()),
                ReadResourceHandler = (request, _) => ValueTask.FromResult(ResourceCatalogue.Read(request)),
                SubscribeToResourcesHandler = (_, _) => ValueTask.FromResult(new EmptyResult()),
                UnsubscribeFromResourcesHandler = (_, _) => ValueTask.FromResult(new EmptyResult()),
                SubscriptionsListenHandler = (request, cancellation) => ListenAsync(state, request, cancellation),
            },
        };
    }

    private static ServerCapabilities Capabilities() => new()
    {
        Tools = new() { ListChanged = true },
        Prompts = new() { ListChanged = true },
        Resources = new() { ListChanged = true, Subscribe = true },
        Completions = new(),
    };

    private static async ValueTask<EmptyResult> ListenAsync(
        FixtureState state, RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellation)
    {
        var subscription = new Subscription(request.Params.Notifications, request.JsonRpcRequest.Id, request.Server);
        state.Changes.Add(subscription);
        try
        {
            await subscription.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The client went away or said so: the ordinary end of a subscription.
        }
        finally
        {
            state.Changes.Remove(subscription);
        }

        return new();
    }
}
