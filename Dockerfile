# syntax=docker/dockerfile:1

# The page
FROM node:24-slim AS page
WORKDIR /netloom/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend ./
RUN npm run build

# The Python environment: locked dependencies first, so that a change of the code keeps their layer
FROM python:3.13-slim AS environment
WORKDIR /netloom
ENV UV_PROJECT_ENVIRONMENT=/opt/netloom UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
# What the server can do besides: postgres, cluster (Ray and PostgreSQL), cuda; several with spaces between.
ARG EXTRAS=postgres
RUN pip install --no-cache-dir uv==0.13.8
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-install-project $(printf -- ' --extra %s' ${EXTRAS:-postgres})
COPY LICENSE README.md hatch_build.py ./
COPY examples examples
COPY scripts scripts
COPY backend backend
COPY --from=page /netloom/backend/netloom/static backend/netloom/static
# There is no frontend/ here, so the packaging hook takes the page as it came.
RUN uv sync --locked --no-editable $(printf -- ' --extra %s' ${EXTRAS:-postgres})

FROM python:3.13-slim
COPY --from=environment /opt/netloom /opt/netloom
RUN useradd --system --uid 10001 --home-dir /data netloom && install --directory --owner netloom --group netloom /data
ENV PATH=/opt/netloom/bin:$PATH NETLOOM_DATA=/data HOST=0.0.0.0 PORT=8000
USER netloom
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/api/health', timeout=4)"]
CMD ["sh", "-c", "exec netloom serve --host \"$HOST\" --port \"$PORT\""]
