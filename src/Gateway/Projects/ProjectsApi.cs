using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Paging;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Projects;

/// <summary>The installation's projects, for its operator.</summary>
static class ProjectsApi
{
    const string FirstKeyName = "admin";

    public static void MapProjects(this IEndpointRouteBuilder api)
    {
        var projects = api.MapGroup("/projects").WithTags("Projects").RequireAuthorization(ScopePolicies.Operator);
        projects.MapGet("/", ListAsync).WithName("listProjects").WithSummary("Lists all projects of the installation.");
        projects.MapPost("/", CreateAsync).WithName("createProject").WithSummary("Makes a project and its first admin key, shown this once.");
    }

    public static IProjectGrain Project(this IGrainFactory grains, ProjectId project) => grains.GetGrain<IProjectGrain>(project.ToString());

    static async Task<Ok<Page<ProjectSummary>>> ListAsync(IGrainFactory grains) =>
        TypedResults.Ok(Page<ProjectSummary>.Whole(await grains.Project(ProjectId.Default).ListProjectsAsync()));

    static async Task<Created<CreatedProjectBody>> CreateAsync(RequestBody body, IGrainFactory grains)
    {
        var name = body.Read<CreateProjectRequest>().Name;
        var errors = new FieldErrors();
        errors.RequireText("name", name);
        errors.ThrowIfAny();

        var project = await grains.Project(ProjectId.Default).CreateProjectAsync(name);
        var key = await grains.Project(project.Id).CreateKeyAsync(FirstKeyName, ApiKeyScope.Admin, expires: null);
        return TypedResults.Created((string?)null, new CreatedProjectBody(project.Id, project.Name, project.Created, key.Key));
    }
}
